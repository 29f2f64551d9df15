/**
 * Leaves this page for another. Resolves only when somebody comes back to it as it was, so that a button which waits for it stays
 * busy until the page is gone: pressed again, it would do its work a second time.
 */
export function goTo(address: string): Promise<void> {
  window.location.assign(address);
  return new Promise((resolve) => window.addEventListener("pageshow", () => resolve(), { once: true }));
}
