/** A list with nothing in it: what would stand here, and how it comes to be. */
import { Leaf } from '../../kit/mark/Mark.tsx';

/** The blank leaf with its words. */
export function Nothing({ title, line }: { readonly title: string; readonly line: string }) {
  return (
    <div className="nothing">
      <Leaf size={40} />
      <p className="c-heading">{title}</p>
      <p className="third">{line}</p>
    </div>
  );
}
