// What a page can do beside being read: filter, keys, columns that unfold, and the choice of colours.
// Nothing here makes markup out of text; all text goes through textContent.
(() => {
  "use strict";
  const root = document.documentElement;
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  // A page that is opened from a file may not be allowed to keep anything.
  const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* not kept */ } };

  const THEMES = ["auto", "dark", "light"];
  let theme = THEMES.includes(kept("theme")) ? kept("theme") : "auto";
  const paint = () => {
    if (theme === "auto") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", theme);
  };
  paint();

  const make = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const numbers = (ranges) => {
    const found = [];
    for (const range of (ranges || "").split(",")) {
      if (!range) continue;
      const [low, high] = range.split("-").map(Number);
      for (let each = low; each <= (high ?? low); each += 1) found.push(each);
    }
    return found;
  };

  document.addEventListener("DOMContentLoaded", () => {
    const filter = find("#filter"), byBundle = find("#by-bundle"), byPart = find("#by-part");
    const help = find("#help"), themeButton = find("#theme"), table = find("#matrix-table");
    const keysOn = find("#keys");

    // --- colours
    const nameTheme = () => { themeButton.textContent = `Theme: ${theme}`; };
    const nextTheme = () => {
      theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
      keep("theme", theme);
      paint();
      nameTheme();
    };
    nameTheme();
    themeButton.addEventListener("click", nextTheme);
    find(".controls").hidden = false;

    // --- filter
    const units = all("article.change, .document > .line, .document > .left").map((unit) => ({
      unit,
      part: unit.closest(".part").dataset.part,
      inside: [unit, ...all("[data-b]", unit)].filter((each) => each.hasAttribute("data-b"))
        .map((each) => ({ element: each, bundles: new Set(numbers(each.dataset.b)) })),
      text: "",
    }));
    const textOf = (each) => {
      if (!each.text) {
        const heading = find("h3", each.unit.closest(".document") ?? each.unit);
        each.text = `${heading?.textContent ?? ""}\n${each.unit.textContent}`.toLowerCase();
      }
      return each.text;
    };
    const apply = () => {
      const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      const bundle = byBundle.value === "" ? null : Number(byBundle.value);
      let count = 0;
      for (const each of units) {
        let shown = byPart.value === "" || each.part === byPart.value;
        if (shown && bundle !== null) {
          let any = each.inside.length === 0;
          for (const { element, bundles } of each.inside) {
            const has = bundles.has(bundle);
            any ||= has;
            if (element !== each.unit) element.hidden = !has;
          }
          shown = any;
        } else {
          for (const { element } of each.inside) if (element !== each.unit) element.hidden = false;
        }
        shown &&= words.every((word) => textOf(each).includes(word));
        each.unit.hidden = !shown;
        count += shown ? 1 : 0;
      }
      const isFiltered = words.length > 0 || bundle !== null || byPart.value !== "";
      for (const part of all(".document")) part.hidden = !find(":scope > :not(h3):not([hidden])", part);
      for (const part of all(".part[data-part]")) {
        if (part.dataset.part !== "sets") part.hidden = isFiltered && !find(".change:not([hidden]), .document:not([hidden])", part);
      }
      find("#found").textContent = isFiltered ? `${count} of ${units.length}` : "";
      find("#nothing").hidden = count > 0 || units.length === 0;
    };
    const clear = () => {
      filter.value = byBundle.value = byPart.value = "";
      apply();
    };
    let waiting = 0;
    filter.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 80); });
    byBundle.addEventListener("change", apply);
    byPart.addEventListener("change", apply);
    // A browser that goes back fills in what was chosen before.
    if (filter.value || byBundle.value || byPart.value) apply();

    // --- going to a change: what hides it is opened
    const reveal = () => {
      const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
      if (!target) return;
      if (target.closest("[hidden]")) clear();
      for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
      target.scrollIntoView({ block: "start" });
      if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
      target.focus({ preventScroll: true });
    };
    addEventListener("hashchange", reveal);
    // The same link twice changes no hash, but what it leads to may be hidden meanwhile.
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.('a[href^="#"]');
      if (link && link.getAttribute("href") === location.hash) reveal();
    });
    reveal();

    let current = null;
    const step = (by) => {
      const shown = units.map((each) => each.unit).filter((unit) => !unit.closest("[hidden]"));
      if (shown.length === 0) return;
      const focused = document.activeElement?.closest?.("article.change, .line, .left");
      const from = shown.indexOf(focused ?? current);
      current = shown[Math.min(Math.max(from < 0 ? (by > 0 ? 0 : shown.length - 1) : from + by, 0), shown.length - 1)];
      current.tabIndex = -1;
      current.focus({ preventScroll: true });
      current.scrollIntoView({ block: "center" });
    };

    // --- matrix: one stop for Tab, arrows inside; folded columns unfold
    const stops = () => all("a, button", table);
    let stopped = null;
    const stop = (element) => {
      if (stopped) stopped.tabIndex = -1;
      element.tabIndex = 0;
      stopped = element;
    };
    const inCell = (row, column) => {
      const cell = table.rows[row]?.cells[column];
      return cell ? find("a, button", cell) : null;
    };
    const move = (event) => {
      const cell = event.target.closest("th, td");
      const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      let next = null;
      let row = cell.parentElement.rowIndex, column = cell.cellIndex;
      if (steps) {
        do {
          row += steps[0];
          column += steps[1];
          next = inCell(row, column);
        } while (!next && row >= 0 && column >= 0 && row < table.rows.length && column < table.rows[0].cells.length);
      } else if (event.key === "Home" || event.key === "End") {
        const inside = all("a, button", cell.parentElement);
        next = event.key === "Home" ? inside[0] : inside.at(-1);
      }
      if (!steps && event.key !== "Home" && event.key !== "End") return;
      event.preventDefault();
      if (next) { stop(next); next.focus(); next.scrollIntoView({ block: "nearest", inline: "nearest" }); }
    };

    const NAMES = { a: ["+", "add", "added"], c: ["~", "chg", "changed"], r: ["\u2212", "del", "removed"] };
    let touched = null;
    const touches = () => {
      if (!touched) {
        touched = new Map();
        for (const each of all("[data-r][data-b]", find("main"))) {
          if (each.closest("table#matrix-table")) continue;
          const bundles = new Set(numbers(each.dataset.b));
          const anchor = each.id || each.closest("[id]").id;
          const row = touched.get(each.dataset.r) ?? [];
          row.push({ bundles, anchor, kind: each.dataset.k });
          touched.set(each.dataset.r, row);
        }
      }
      return touched;
    };
    const cellOf = (rows, bundle) => {
      const here = rows.flatMap((row) => touches().get(row) ?? []).filter((each) => each.bundles.has(bundle));
      const cell = make("td", "", { class: "one" });
      if (here.length === 0) return cell;
      const [sign, style, word] = NAMES[here.find((each) => each.kind !== "c")?.kind ?? "c"];
      const name = byBundle.options[bundle + 1].text;
      const link = make("a", "", { href: `#${here[0].anchor}`, tabindex: "-1", title: `${word} in ${name}`,
        "aria-label": `${word} in ${name}, ${here.length} ${here.length === 1 ? "change" : "changes"}` });
      link.append(make("span", here.length > 1 ? `${sign}\u2009${here.length}` : sign, { class: style }));
      cell.append(link);
      return cell;
    };
    const unfold = (head, bundles) => {
      const at = head.cellIndex;
      for (const row of [...table.rows]) {
        if (row.classList.contains("group")) {
          row.cells[0].colSpan += bundles.length;
          continue;
        }
        const made = document.createDocumentFragment();
        for (const bundle of bundles) {
          if (row.parentElement.tagName === "THEAD") {
            const cell = make("th", "", { scope: "col", class: "one" });
            cell.append(make("span", byBundle.options[bundle + 1].text, { class: "name" }));
            made.append(cell);
          } else {
            made.append(cellOf((row.dataset.r ?? "").split(","), bundle));
          }
        }
        row.insertBefore(made, row.cells[at + 1] ?? null);
      }
    };
    const fold = (head, size) => {
      const at = head.cellIndex;
      for (const row of [...table.rows]) {
        if (row.classList.contains("group")) row.cells[0].colSpan -= size;
        else for (let each = 0; each < size; each += 1) row.deleteCell(at + 1);
      }
      if (stopped && !stopped.isConnected) stop(find("button", head));
    };
    if (table) {
      for (const head of all("th[data-b]", table)) {
        const bundles = numbers(head.dataset.b);
        const name = find(".name", head);
        const button = make("button", `\u25b8 ${name.textContent}`, { type: "button", "aria-expanded": "false" });
        name.replaceWith(button);
        button.addEventListener("click", () => {
          const isOpen = button.getAttribute("aria-expanded") === "true";
          button.setAttribute("aria-expanded", String(!isOpen));
          button.textContent = (isOpen ? "\u25b8" : "\u25be") + button.textContent.slice(1);
          if (isOpen) fold(head, bundles.length); else unfold(head, bundles);
        });
      }
      for (const each of stops()) each.tabIndex = -1;
      if (stops()[0]) stop(stops()[0]);
      table.addEventListener("keydown", move);
      table.addEventListener("focusin", (event) => { if (event.target.matches("a, button")) stop(event.target); });
    }

    // --- help and keys
    keysOn.checked = kept("keys") !== "off";
    keysOn.addEventListener("change", () => keep("keys", keysOn.checked ? "on" : "off"));
    find("#ask").addEventListener("click", () => help.showModal());
    find("#close").addEventListener("click", () => help.close());
    const KEYS = {
      "/": () => { filter.focus(); filter.select(); },
      "?": () => help.showModal(),
      j: () => step(1),
      k: () => step(-1),
      m: () => (table ? find('[tabindex="0"]', table) : null)?.focus(),
      t: nextTheme,
    };
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !help.open) {
        root.classList.add("quiet");
        if (filter.value || byBundle.value || byPart.value) clear();
        if (document.activeElement === filter) filter.blur();
        return;
      }
      const isTyping = event.target.closest?.("input, select, textarea, dialog");
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !keysOn.checked) return;
      if (Object.hasOwn(KEYS, event.key)) { event.preventDefault(); KEYS[event.key](); }
    });
    // Esc hides a hint until something else is pointed at, or focused.
    for (const kind of ["focusin", "pointerover"]) {
      document.addEventListener(kind, () => root.classList.remove("quiet"));
    }

    // --- on paper everything is open
    let closed = [];
    addEventListener("beforeprint", () => {
      closed = all("details:not([open])");
      for (const each of closed) each.open = true;
    });
    addEventListener("afterprint", () => { for (const each of closed) each.open = false; });
  });
})();
