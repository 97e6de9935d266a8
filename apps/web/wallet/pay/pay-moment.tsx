/** The moment of a payment, over the phone's column. */

/** Shows itself while a payment is under way. */
export function PayMoment() {
  return null;
}
