# Chromium and CJK fonts for the browser tests: installed where missing, where apt is there and we may.
chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }
fonts() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family | head -1)" ]; }

chromium && fonts && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing chromium and fonts-noto-cjk for the browser tests"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    chromium fonts-noto-cjk fontconfig >/dev/null; } || echo "apt could not install them"
fi
chromium && fonts && exit 0
if [ "${REQUIRE_BROWSER:-}" = 1 ]; then
  echo "chromium or a CJK font is missing, and REQUIRE_BROWSER=1 asks for both" >&2
  exit 1
fi
echo "chromium or a CJK font is missing: browser tests will be skipped (apt-get install chromium fonts-noto-cjk)"
