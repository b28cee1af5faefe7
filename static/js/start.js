// The one entry: loads a behaviour where an element asks for it by data-behaviour="name other". Pages work without any.

const behaviours = {
  "word-count": () => import("./word-count.js"),
  "photo-preview": () => import("./photo-preview.js"),
  "draft-keep": () => import("./draft-keep.js"),
  similar: () => import("./similar.js"),
  "error-focus": () => import("./error-focus.js"),
  locate: () => import("./locate.js"),
  watch: () => import("./watch.js"),
  "ballot-guard": () => import("./ballot-guard.js"),
  "choices-left": () => import("./choices-left.js"),
};

for (const element of document.querySelectorAll("[data-behaviour]")) {
  for (const name of element.dataset.behaviour.split(/\s+/)) {
    behaviours[name]?.().then((module) => module.start(element));
  }
}

// A page that says "received" names the draft that is no longer needed.
for (const element of document.querySelectorAll("[data-draft-done]")) {
  import("./draft-keep.js").then((module) => module.forget(element.dataset.draftDone));
}
