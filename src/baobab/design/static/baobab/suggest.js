// Suggestions under a search box, as the combobox of WAI-ARIA 1.2: asked of the server while somebody
// types, and below them the searches made before in this browser, which never leave it.

const KEPT = "baobab.searches";
const MOST_KEPT = 8;
const MOST_SHOWN_BESIDE = 3;
const PAUSE = 150;

function recentSearches() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT));
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

function keepSearches(searches) {
  try {
    if (searches.length) localStorage.setItem(KEPT, JSON.stringify(searches.slice(0, MOST_KEPT)));
    else localStorage.removeItem(KEPT);
  } catch {
    // A browser that keeps nothing keeps no searches either.
  }
}

function element(name, attributes, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

/** Makes the search box of `form` a combobox. Sentences and addresses come in the form's data attributes. */
export function attach(form) {
  const words = form.dataset;
  const input = form.querySelector('input[type="search"]');
  const list = element("div", { role: "listbox", id: `${input.id}-list`, "aria-label": words.suggestions });
  const forget = element("button", { type: "button", class: "button quiet" }, words.forget);
  const popup = element("div", { class: "suggestions" }, list, forget);
  const said = element("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  let waiting = 0;
  let asking = new AbortController();
  let active = -1;

  const options = () => [...list.querySelectorAll('[role="option"]')];

  function choose(index) {
    const all = options();
    active = all.length ? (index + all.length + 1) % (all.length + 1) : -1;
    if (active === all.length) active = -1;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
  }

  function close() {
    clearTimeout(waiting);
    asking.abort();
    popup.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function show() {
    const all = options();
    all.forEach((option, at) => {
      option.id = `${input.id}-option-${at}`;
    });
    choose(-1);
    popup.hidden = all.length === 0;
    input.setAttribute("aria-expanded", String(!popup.hidden));
  }

  function recentGroup(start) {
    const wanted = start.toLocaleLowerCase();
    const fitting = recentSearches().filter((one) => one.toLocaleLowerCase().includes(wanted) && one !== start);
    const shown = wanted ? fitting.slice(0, MOST_SHOWN_BESIDE) : fitting;
    forget.hidden = shown.length === 0;
    if (!shown.length) return [];
    const id = `${input.id}-recent`;
    const lines = shown.map((one) => {
      const url = `${form.action}?${new URLSearchParams({ q: one })}`;
      const option = element("a", { role: "option", href: url, tabindex: "-1", "aria-selected": "false" });
      option.append(element("bdi", {}, one));
      return option;
    });
    const title = element("p", { id, role: "presentation" }, words.recent);
    return [element("div", { role: "group", "aria-labelledby": id }, title, ...lines)];
  }

  async function ask() {
    const start = input.value.trim();
    asking.abort();
    asking = new AbortController();
    let groups = [];
    let sentence = "";
    if (start) {
      try {
        const url = `${words.suggest}?${new URLSearchParams({ q: start.slice(0, 200) })}`;
        const answer = await fetch(url, { signal: asking.signal });
        if (!answer.ok) return close();
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        groups = [...page.querySelectorAll('[role="group"]')];
        sentence = page.querySelector("[data-said]")?.dataset.said || "";
      } catch {
        // Given up for a later question, or no network: searching works without suggestions.
        return;
      }
    }
    if (document.activeElement !== input) return;
    list.replaceChildren(...groups, ...recentGroup(start));
    said.textContent = sentence;
    show();
  }

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  popup.hidden = true;
  form.append(popup, said);

  input.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (!event.isComposing) waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("compositionend", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("click", () => {
    if (popup.hidden && !input.value) ask();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (popup.hidden) ask();
      else choose(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      options()[active].click();
    } else if (event.key === "Escape" && !popup.hidden) {
      event.preventDefault();
      close();
    }
  });
  // What is pressed on stays the box's: its keyboard shall not close over a list that is being touched.
  popup.addEventListener("mousedown", (event) => event.preventDefault());
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  form.addEventListener("submit", () => {
    const typed = input.value.trim();
    if (typed) keepSearches([typed, ...recentSearches().filter((one) => one !== typed)]);
    close();
  });
  forget.addEventListener("click", () => {
    keepSearches([]);
    input.focus();
    ask();
  });
  if (document.activeElement === input && input.value !== input.defaultValue) ask();
}
