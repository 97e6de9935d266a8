/** A quiet word at the end of a heading that leads further. */
import { ChevronRight } from 'lucide-react';

/** The word with its arrow. */
export function More({ label, onPress }: { readonly label: string; readonly onPress: () => void }) {
  return (
    <button type="button" className="more second" onClick={onPress}>
      {label}
      <ChevronRight size={18} strokeWidth={1.75} aria-hidden />
    </button>
  );
}
