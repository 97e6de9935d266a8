/**
 * The names on the element, as hexadecimal strings; `fromHex` gives their bytes.
 * @see profile octavo-1, section 1
 */

/** The name of an application, a security domain or a package: 5 to 16 bytes as upper-case hexadecimal. */
export type Aid = string;

/** Issuer security domain, selected after power-on and by an empty SELECT. */
export const ISD_AID: Aid = 'A000000151000000';
/** The token service's security domain. */
export const SSD_AID: Aid = 'A0000003330053440001';
/** Contactless registry. */
export const CRS_AID: Aid = 'A00000015143525300';
/** The proximity payment system environment, `2PAY.SYS.DDF01` in ASCII. */
export const PPSE_NAME: Aid = '325041592E5359532E4444463031';
/** The package that payment instances come from. */
export const PAYMENT_PACKAGE_AID: Aid = 'A00000033301';
/** The module inside that package. */
export const PAYMENT_MODULE_AID: Aid = 'A0000003330101';
/** Debit; an instance's name is this and a two-byte suffix. */
export const DEBIT_AID: Aid = 'A000000333010101';
/** Credit; an instance's name is this and a two-byte suffix. */
export const CREDIT_AID: Aid = 'A000000333010102';
