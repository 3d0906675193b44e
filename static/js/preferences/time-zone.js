// The browser's own time zone goes to the server as a cookie, for people who have chosen none.
// Hook: [data-clock] on <html> names the zone of this page's times where it may be asked for again.

const YEAR_SECONDS = 365 * 24 * 3600;

/** Return the cookie that names `zone`; `secure` keeps it from plain http. */
function cookieOf(zone, secure) {
  const rest = `Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure ? "; Secure" : ""}`;
  return `time_zone=${zone}; ${rest}`;
}

const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
const known = document.cookie.split("; ").includes(`time_zone=${zone}`);

if (/^[\w/+-]+$/.test(zone) && !known) {
  document.cookie = cookieOf(zone, window.location.protocol === "https:");
  const { clock } = document.documentElement.dataset;
  const kept = document.cookie.includes(`time_zone=${zone}`);
  if (kept && clock && clock !== zone) window.location.reload();
}
