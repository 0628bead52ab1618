// Keeps who is signed in over a reload: a cookie with a token that only the server can read; and the
// language, in a cookie of its own. Streamlit sends no Set-Cookie of a page's own, so the page writes it.

export default function (component) {
  const { name, value, max_age_s, language } = component.data;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  if (name) document.cookie = `${name}=${value}; Max-Age=${max_age_s}; Path=/; SameSite=Strict${secure}`;
  if (language) document.documentElement.lang = language;  // for screen readers, and for hyphens
}
