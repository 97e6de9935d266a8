/** What a page shows while its part of the program is loaded: its own shape in wash, after 200 ms. */

/** The shape of a page to come. */
export function Waiting() {
  return (
    <div className="waiting" aria-hidden>
      <div className="wait waiting-title" />
      <div className="wait waiting-body" />
    </div>
  );
}
