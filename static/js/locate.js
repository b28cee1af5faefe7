// A button that fills in where one stands: <button type="button" hidden data-behaviour="locate" data-lng="id" data-lat="id"
// data-say="id">定位</button>. Shown only where the browser can; on refusal it says to write the place by hand.

export function start(button) {
  if (!("geolocation" in navigator)) return;
  const [lng, lat, say] = ["lng", "lat", "say"].map((name) => document.getElementById(button.dataset[name]));
  button.hidden = false;
  button.addEventListener("click", () => {
    say.textContent = "正在定位";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        lng.value = coords.longitude.toFixed(6);
        lat.value = coords.latitude.toFixed(6);
        say.textContent = "已记下您现在的位置，也可以再写清楚地点";
      },
      () => { say.textContent = "定位失败，请手写地点"; },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
}
