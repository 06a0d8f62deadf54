import { useEffect, useState } from "react";

/**
 * The token in the address's fragment, which browsers send to no server. It is taken out of the address at once, so
 * that it stays in neither the history nor a picture of the screen.
 */
export function useFragmentToken(name = "token"): string {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get(name) ?? "");
  useEffect(() => {
    if (token !== "") history.replaceState(history.state, "", location.pathname);
  }, [token]);
  return token;
}
