// Fetches the moving part of a page anew until it says it is over; then opens what it names as the result, if it does.

const EVERY = 1500; // ms

export function start(element) {
  const look = async () => {
    try {
      const answer = await fetch(element.dataset.watch, { headers: { "X-Requested-With": "fetch" } });
      if (answer.ok && !answer.redirected) element.innerHTML = await answer.text();
    } catch {
      // The network is away for a moment: look again.
    }
    const over = element.querySelector('[data-over="1"]');
    if (over === null) setTimeout(look, EVERY);
    else if (over.dataset.result) location.replace(over.dataset.result);
  };
  setTimeout(look, EVERY);
}
