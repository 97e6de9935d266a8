/** A retrieval reference: the way to the tap's bytes while the events of it are kept. */
import { useJourneys } from '../events.ts';
import { Link, tapPath } from '../route.tsx';

/** A link where the tap is known, else the reference alone. */
export function Reference({ reference }: { readonly reference: string }) {
  const journey = useJourneys().find((one) => one.retrievalReference === reference);
  // Where no message moved the money there is a word in its place.
  if (!/^\d{12}$/.test(reference)) return null;
  if (journey === undefined) return <span className="mono third">{reference}</span>;
  return (
    <Link to={tapPath(journey.id)} className="mono bank-reference">
      {reference}
    </Link>
  );
}
