// What a page gains when scripts run: the choice of theme, files dropped on a field, work kept while
// it is typed. Everything here is an addition; each page works without it.
"use strict";

const root = document.documentElement;

function keepCookie(name, value) {
  const age = value ? 31536000 : 0;
  const secure = location.protocol === "https:" ? ";secure" : "";
  document.cookie = `${name}=${value};path=/;max-age=${age};samesite=lax${secure}`;
}

function cookie(name) {
  const pair = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

// Theme: "", "light" or "dark". The server writes the cookie's value on <html>, so nothing flashes.
for (const group of document.querySelectorAll("[data-theme-choice]")) {
  const show = () => {
    for (const button of group.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === (root.dataset.theme || "")));
    }
  };
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.value) root.dataset.theme = button.value;
    else delete root.dataset.theme;
    keepCookie("theme", button.value);
    show();
  });
  show();
}

// A language once chosen is the one that addresses without a language lead to.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-language]");
  if (link) keepCookie("django_language", link.dataset.language);
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Files: the whole field takes a drop, and lists what was chosen.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector('input[type="file"]');
  const list = zone.querySelector("[data-drop-list]");
  const size = new Intl.NumberFormat(root.lang, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
  const show = () => {
    list.replaceChildren(
      ...[...input.files].map((file) => {
        const item = document.createElement("li");
        const name = document.createElement("bdi");
        name.textContent = file.name;
        item.append(name, ` (${size.format(Math.max(1, file.size / 1000))})`);
        return item;
      }),
    );
    list.hidden = input.files.length === 0;
  };
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
    });
  }
  zone.addEventListener("drop", (event) => {
    const dropped = new DataTransfer();
    for (const file of event.dataTransfer.files) {
      if (input.multiple || dropped.files.length === 0) dropped.items.add(file);
    }
    if (dropped.files.length === 0) return;
    input.files = dropped.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// Autosave: <form data-autosave="/address"> sends itself there, quietly, two seconds after the last key.
// The element [data-autosave-status] inside carries the sentences in data-saving, data-saved, data-failed.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  const say = (what) => {
    if (status) status.textContent = status.dataset[what] || "";
  };
  let waiting = 0;
  let latest = 0;
  const save = async () => {
    const turn = ++latest;
    say("saving");
    const body = new FormData(form);
    for (const file of form.querySelectorAll('input[type="file"]')) body.delete(file.name);
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": body.get("csrfmiddlewaretoken") || cookie("csrftoken"), "X-Autosave": "1" },
      });
      if (turn === latest) say(answer.ok ? "saved" : "failed");
    } catch {
      if (turn === latest) say("failed");
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 2000);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
}

// A select that changes the page at once, beside the button that does it without scripts.
for (const field of document.querySelectorAll("[data-submit-on-change]")) {
  field.addEventListener("change", () => field.form.requestSubmit());
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Suggestions come with the first visit to a search box, not with the page.
document.addEventListener("focusin", (event) => {
  const form = event.target.closest("form[data-suggest]");
  if (!form || "ready" in form.dataset) return;
  form.dataset.ready = "";
  import(form.dataset.script).then((suggestions) => suggestions.attach(form));
});

// A part that costs more than the page it ends: the page at its address holds it in [data-part], and it is
// fetched when somebody comes near. Until then, and where that fails, a link leads there.
const nearing = new IntersectionObserver(
  (seen) => {
    for (const entry of seen.filter((one) => one.isIntersecting)) {
      nearing.unobserve(entry.target);
      fillLater(entry.target);
    }
  },
  { rootMargin: "300px" },
);
async function fillLater(place) {
  let answer;
  try {
    answer = await fetch(place.dataset.later);
  } catch {
    return;
  }
  if (!answer.ok) return;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-part]");
  if (part) place.querySelector(":scope > p").replaceWith(part);
  else place.remove();
}
for (const place of document.querySelectorAll("[data-later]")) nearing.observe(place);
