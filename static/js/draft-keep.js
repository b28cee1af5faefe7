// Keeps what was typed while a form is open, in this tab only, so that a lost session or a closed page loses no words.
// The form names its draft: <form data-behaviour="draft-keep" data-draft="say-D00001">. Secrets and files are never kept,
// nor any field marked data-no-draft. The page that says "received" forgets it (data-draft-done).

const key = (name) => `draft:${name}`;
const never = "[type=hidden],[type=password],[type=file],[autocomplete=one-time-code],[data-no-draft]";

const kept = (form) => [...form.elements].filter((field) => field.name && field.matches("input,textarea,select") && !field.matches(never));

export function start(form) {
  const name = form.dataset.draft;
  const fields = kept(form);
  const ticks = (field) => field.type === "radio" || field.type === "checkbox";
  let words = {};
  try {
    words = JSON.parse(sessionStorage.getItem(key(name)) ?? "{}");
  } catch {
    return; // storage is closed to us: the form works as it is
  }
  const answered = form.querySelector("[aria-invalid=true]"); // the server gave the words back itself
  for (const field of answered ? [] : fields) {
    const value = words[field.name];
    if (value === undefined) continue;
    if (ticks(field)) field.checked = value.includes(field.value);
    else if (!field.value) {
      field.value = value;
      field.dispatchEvent(new Event("input"));
    }
  }
  form.addEventListener("input", () => {
    const now = {};
    for (const field of fields) {
      if (!ticks(field)) now[field.name] = field.value;
      else if (field.checked) now[field.name] = [...(now[field.name] ?? []), field.value];
    }
    try {
      sessionStorage.setItem(key(name), JSON.stringify(now));
    } catch {
      // full or closed: nothing is lost that was not lost before
    }
  });
}

export function forget(name) {
  try {
    sessionStorage.removeItem(key(name));
  } catch {
    // closed: there is nothing to forget
  }
}
