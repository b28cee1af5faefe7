// A ballot that lay in the background for ten minutes asks the password again. Nothing that was filled in is kept.

const LONGEST = 10 * 60 * 1000; // ms

export function start(element) {
  let left = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) left = Date.now();
    else if (left && Date.now() - left >= LONGEST) document.getElementById(element.dataset.lock).submit();
  });
}
