// It has no types of its own; make-figure.ts says what it takes and gives.
declare module 'subset-font';
