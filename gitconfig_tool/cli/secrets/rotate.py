"""`gitconfig-tool secrets rotate`: a new value, with the former one beside it for a while."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from gitconfig_tool.cli.output import format_option
from gitconfig_tool.cli.secrets.changing import (
    apply,
    dry_run_option,
    layout_note,
    place_of,
    read_value,
    report_of,
    secret_argument,
    split_secret,
    tell,
)
from gitconfig_tool.cli.settings import Settings
from gitconfig_tool.custody.choices import (
    ALPHABETS,
    CERTIFICATE_DAYS,
    FROM_INPUT,
    GENERATORS,
    PASSWORD_LENGTH,
)
from gitconfig_tool.errors import ExitCode

if TYPE_CHECKING:
    from gitconfig_tool.custody.rotation import Plan


@click.command("rotate")
@secret_argument
@click.option(
    "--generator",
    type=click.Choice(GENERATORS),
    help="What to make; by default what the secret's type in gitconfig.yaml says.",
)
@click.option(
    "--algorithm",
    metavar="NAME",
    help="Kind of key (ed25519, ecdsa-p256, rsa-3072, ...) or of JWT (ES256, HS256, ...);"
    " by default that of the present key.",
)
@click.option(
    "--length",
    type=click.IntRange(min=1, max=4096),
    default=PASSWORD_LENGTH,
    show_default=True,
    metavar="N",
    help="How many characters a password has.",
)
@click.option(
    "--alphabet",
    type=click.Choice(tuple(ALPHABETS)),
    default="alphanumeric",
    show_default=True,
    help="What a password is made of.",
)
@click.option(
    "--name", "names", metavar="DNS", multiple=True, help="A name of the certificate; repeatable."
)
@click.option(
    "--days",
    type=click.IntRange(min=1, max=3650),
    default=CERTIFICATE_DAYS,
    show_default=True,
    metavar="N",
    help="How long a self-signed certificate is valid.",
)
@click.option("--no-overlap", is_flag=True, help="Replace at once; the former value is gone.")
@click.option(
    "--drop-previous",
    is_flag=True,
    help="Forget the former value that an unfinished rotation left.",
)
@dry_run_option
@format_option
@click.pass_obj
def command(
    settings: Settings,
    secret: str,
    generator: str | None,
    algorithm: str | None,
    length: int,
    alphabet: str,
    names: Sequence[str],
    days: int,
    no_overlap: bool,
    drop_previous: bool,
    dry_run: bool,
    output: str,
) -> int:
    """Replace a secret; needs a key that opens the file.

    The former value moves to NAME_previous beside NAME, and bundles deliver both until
    'secrets finish'. What is made follows from the secret's type: a password, an SSH or JWT key, a
    certificate; an API key comes from its provider, through standard input. What is public of the
    new value (a public key, a certificate, a request for one) is printed on standard output.

    \b
    Examples:
      gitconfig-tool secrets rotate secrets/database.sops.yaml#/password
      gitconfig-tool secrets rotate secrets/providers.sops.yaml#/openai < new-key
      gitconfig-tool secrets rotate --generator ssh deploy.sops.yaml#/key > new.pub
      gitconfig-tool secrets rotate tls.sops.yaml#/tls --generator csr > request.pem
      gitconfig-tool secrets rotate tls.sops.yaml#/tls --generator signed < certificate.pem
    """
    from gitconfig_tool.custody.operations import rotate
    from gitconfig_tool.custody.rotation import Wishes, check_open, plan_rotation, secret_at

    path, pointer = split_secret(secret)
    place = place_of(settings, path)
    sealed = place.sealed()
    wishes = Wishes(
        generator,
        algorithm,
        length,
        ALPHABETS[alphabet],
        tuple(names),
        days,
        overlap=not no_overlap,
        drop_previous=drop_previous,
    )
    plan = plan_rotation(sealed, pointer, secret_at(place.secrets(sealed), pointer), wishes)
    check_open(sealed, plan, wishes)
    facts = _facts(plan, overlap=wishes.overlap)
    if dry_run:
        lines = [
            f"would replace {place.path}#{each}"
            + (f", with the former value at {facts['previous'][each]}" if wishes.overlap else "")
            for each in plan.fields
        ]
        tell(settings, output, lines, report_of("rotate", place, None, **facts))
        return ExitCode.OK
    if plan.generator in FROM_INPUT:
        from dataclasses import replace

        wishes = replace(wishes, value=read_value(f"{place.path}#{plan.main}", command="rotate"))
    changed, used, public = rotate(sealed, plan, wishes, now=datetime.now(UTC))
    apply(place, changed)
    lines = [f"rotated {place.path}#{plan.main} ({used})"]
    target = f"'{place.path}#{plan.main}'"
    if used == "csr":
        lines = [
            f"made a key for {place.path}#{plan.main}; the present one stays until its certificate"
            " is there",
            f"then: gitconfig-tool secrets rotate --generator signed {target} < CERTIFICATE",
        ]
    elif any(each.endswith("previous") for each in changed.set):
        lines += [
            f"the former value stays beside it; when nobody uses it any more:"
            f" gitconfig-tool secrets finish {target}"
        ]
    facts = {**facts, "generator": used}
    report = report_of("rotate", place, changed, **facts)
    tell(settings, output, [*lines, *layout_note(changed)], report, public=public)
    return ExitCode.OK


def _facts(plan: "Plan", *, overlap: bool) -> dict[str, Any]:
    from gitconfig_tool.secrets import previous_pointer

    return {
        "type": plan.secret.type if plan.secret else "generic",
        "generator": plan.generator,
        "fields": list(plan.fields),
        "previous": {each: previous_pointer(each) for each in plan.fields} if overlap else {},
    }
