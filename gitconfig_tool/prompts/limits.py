"""How much a prompt template may do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenderLimits:
    """Bounds of one rendering.

    The defaults are far above what a prompt needs (a context window of a million tokens is about
    four million characters) and small enough that a runaway template ends within seconds.
    """

    template_characters: int = 500_000
    output_characters: int = 5_000_000
    # Loop iterations, calls and filters.
    steps: int = 100_000
    # Characters, and items of lists and mappings, of all values that the template makes.
    memory: int = 10_000_000
    range_items: int = 10_000
    # What calls, filters and comparisons read: characters, and more for an item and for a filter.
    work: int = 20_000_000
    # Pieces of the syntax of one template; to read one takes about 0.1 ms.
    template_tokens: int = 30_000
    # Of a process that renders untrusted templates: seconds of the processor and of the clock for
    # one template, and bytes. Python with Jinja2 takes about 200 MiB of address space by itself.
    seconds: float = 10.0
    address_space: int = 1024 * 1024 * 1024
