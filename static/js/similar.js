// While something is typed, public matters like it are offered: "我也遇到". The fieldset stands hidden in the form:
// <fieldset hidden data-behaviour="similar" data-url data-text="id" data-lng="id" data-lat="id" data-joins="id"> with
// [data-said] for the sentence, [data-choices] for what can be joined and [data-ended] for what cannot any more. Without script the page 核对 asks the same.

const ENOUGH = 6; // characters before anything is sought
const PAUSE = 700; // milliseconds without a key

export function start(fieldset) {
  const [text, lng, lat, joins] = ["text", "lng", "lat", "joins"].map((name) => document.getElementById(fieldset.dataset[name]));
  const said = fieldset.querySelector("[data-said]");
  const choices = fieldset.querySelector("[data-choices]");
  const hint = fieldset.querySelector("[data-hint]");
  const ended = fieldset.querySelector("[data-ended]");
  const joinable = fieldset.dataset.joinable.split(" ");
  let waiting, asked, shown = "";

  const choice = (id, value, words) => {
    const label = document.createElement("label");
    label.className = "pill";
    label.htmlFor = id;
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "near", id, value });
    input.checked = joins.value === value;
    input.addEventListener("change", () => {
      joins.value = value;
    });
    const span = document.createElement("span");
    span.textContent = words;
    label.append(input, span);
    return label;
  };

  const link = (one) => {
    const line = document.createElement("li");
    const to = Object.assign(document.createElement("a"), { href: `/opinions/${one.number}/`, target: "_blank", rel: "noopener" });
    to.textContent = `已经办完：${one.title}`;
    line.append(to);
    return line;
  };

  const show = (found) => {
    const numbers = found.map((one) => one.number).join();
    if (numbers === shown) return; // what is chosen stays
    shown = numbers;
    const open = found.filter((one) => joinable.includes(one.state));
    if (!open.some((one) => one.number === joins.value)) joins.value = "";
    fieldset.hidden = !found.length;
    hint.hidden = !open.length;
    said.textContent = open.length ? `附近已有 ${open.length} 件类似的意见，是同一件事吗` : found.length ? "附近有过类似的事" : "";
    choices.replaceChildren(
      ...(open.length ? [choice("near-0", "", "不是，单独办我这件")] : []),
      ...open.map((one, n) => choice(`near-${n + 1}`, one.number, `我也遇到：${one.title}${one.people ? `（已有 ${one.people} 人反映）` : ""}`)),
    );
    ended.replaceChildren(...found.filter((one) => !open.includes(one)).map(link));
  };

  const ask = async () => {
    const content = text.value.trim();
    if (content.length < ENOUGH) return show([]);
    asked?.abort();
    asked = new AbortController();
    const body = { content };
    if (lng?.value && lat?.value) body.location = { lng: Number(lng.value), lat: Number(lat.value) };
    try {
      const answer = await fetch(fieldset.dataset.url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal: asked.signal,
      });
      if (answer.ok) show(await answer.json());
    } catch {
      // no line, or newer words: what is shown stays
    }
  };

  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
  if (text.value) ask();
}
