/** The eight designs of card art by name, their colours, and which card on a phone has which. */

/** The designs in the order in which a free one is looked for. */
export const designNames = [
  'tide',
  'fold',
  'moon',
  'ridge',
  'lattice',
  'pleat',
  'rain',
  'grain',
] as const;

/** The name of a design, as an issuer gives it. */
export type DesignName = (typeof designNames)[number];

/** The colours of a design. */
export type DesignLook = {
  /** The paper's colour, at its upper left. */
  readonly base: string;
  /** The paper's colour at its lower right. */
  readonly deep: string;
  /** The colour of text on it. */
  readonly text: string;
  /** The ground of a pill on it: the text's colour at 13 %. */
  readonly pill: string;
};

/** The colours of the eight designs. */
export const designLooks: Readonly<Record<DesignName, DesignLook>> = {
  tide: onDark('#1C3B78', '#122350'),
  fold: onDark('#17655C', '#0E4A44'),
  moon: { base: '#E9EEF1', deep: '#D8E0E9', text: '#15232B', pill: 'rgb(21 35 43 / 13%)' },
  ridge: onDark('#7E5413', '#523208'),
  lattice: onDark('#2F5138', '#213D2B'),
  pleat: onDark('#9C3225', '#84261C'),
  rain: onDark('#54305F', '#4D2A58'),
  grain: onDark('#2A3133', '#1D2325'),
};

/** The design of a name that an issuer gave; a name that is not known means Tide. */
export function designOf(name: string): DesignName {
  return designNames.find((known) => known === name) ?? 'tide';
}

/** A card on a phone, as far as its art is concerned. */
export type ArtCard = {
  readonly enrolmentId: string;
  /** The design's name as the issuer gave it. */
  readonly art: string;
};

/**
 * The design of each card on a phone, by enrolment id. The issuer's choice comes first; where two cards chose one
 * design, the lower enrolment id has it and the other takes the next free one. From the ninth card on, which a phone
 * does not hold, designs repeat. The order in which the cards are given does not matter.
 */
export function designsFor(cards: readonly ArtCard[]): ReadonlyMap<string, DesignName> {
  const inOrder = cards.toSorted((a, b) => (a.enrolmentId < b.enrolmentId ? -1 : 1));
  const taken = new Map<DesignName, string>();
  for (const { enrolmentId, art } of inOrder) {
    const chosen = designOf(art);
    if (!taken.has(chosen)) taken.set(chosen, enrolmentId);
  }
  const designs = new Map<string, DesignName>();
  for (const { enrolmentId, art } of inOrder) {
    const chosen = designOf(art);
    const design = taken.get(chosen) === enrolmentId ? chosen : nextFree(chosen, taken);
    taken.set(design, taken.get(design) ?? enrolmentId);
    designs.set(enrolmentId, design);
  }
  return designs;
}

function nextFree(chosen: DesignName, taken: ReadonlyMap<DesignName, string>): DesignName {
  const from = designNames.indexOf(chosen);
  const after = [...designNames.slice(from), ...designNames.slice(0, from)];
  return after.find((name) => !taken.has(name)) ?? chosen;
}

function onDark(base: string, deep: string): DesignLook {
  return { base, deep, text: '#FFFFFF', pill: 'rgb(255 255 255 / 13%)' };
}
