// Keeps who is signed in over a reload: a cookie with a token that only the server can read.
// Streamlit sends no Set-Cookie of a page's own, so the page writes it.

export default function (component) {
  const { name, token, max_age_s } = component.data;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${token}; Max-Age=${max_age_s}; Path=/; SameSite=Strict${secure}`;
}
