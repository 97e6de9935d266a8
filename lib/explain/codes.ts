/** Code tables and what their codes say: currencies, countries, names of applications, status words, DE39. */
import {
  CREDIT_AID,
  CRS_AID,
  DEBIT_AID,
  ISD_AID,
  PAYMENT_MODULE_AID,
  PAYMENT_PACKAGE_AID,
  PPSE_NAME,
  SSD_AID,
} from '../globalplatform/aids.ts';

type Table = Readonly<Record<string, string>>;

/** Currencies by their numeric code: letters, and how many digits are minor. */
const CURRENCIES: Readonly<Record<string, readonly [letters: string, minorDigits: number]>> = {
  '036': ['AUD', 2],
  '156': ['CNY', 2],
  '344': ['HKD', 2],
  '392': ['JPY', 0],
  '410': ['KRW', 0],
  '446': ['MOP', 2],
  '458': ['MYR', 2],
  '702': ['SGD', 2],
  '764': ['THB', 2],
  '826': ['GBP', 2],
  '840': ['USD', 2],
  '901': ['TWD', 2],
  '978': ['EUR', 2],
};

const COUNTRIES: Table = {
  '036': 'Australia',
  '156': 'China',
  '250': 'France',
  '276': 'Germany',
  '344': 'Hong Kong',
  '392': 'Japan',
  '410': 'Korea',
  '446': 'Macao',
  '458': 'Malaysia',
  '702': 'Singapore',
  '764': 'Thailand',
  '826': 'United Kingdom',
  '840': 'United States',
};

/** An amount in minor units, as digits, in words; the currency is its three-digit code where one is known. */
export function amountWords(digits: string, currency?: string): string {
  if (!/^\d+$/.test(digits)) return digits.includes('*') ? 'masked' : 'not a number';
  const whole = digits.replace(/^0+(?=\d)/, '');
  const known = currency === undefined ? undefined : CURRENCIES[currency];
  if (known === undefined) {
    return `${whole} minor units${currency === undefined ? '' : ` of currency ${currency}`}`;
  }
  const [letters, minorDigits] = known;
  const filled = whole.padStart(minorDigits + 1, '0');
  const at = filled.length - minorDigits;
  const grouped = filled.slice(0, at).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${grouped}${minorDigits === 0 ? '' : `.${filled.slice(at)}`} ${letters}`;
}

/** The letters of a currency by its three-digit code. @example currencyWords('156') // 'CNY' */
export function currencyWords(code: string): string {
  return CURRENCIES[code]?.[0] ?? '';
}

/** A country by its three-digit code. */
export function countryWords(code: string): string {
  return COUNTRIES[code] ?? '';
}

/**
 * Names of applications: those of the element, and UnionPay's.
 * @see docs/specs.md, EMV contactless sheet, section 1, and profile octavo-1, section 1
 */
const APPLICATIONS: Table = {
  [PPSE_NAME]: 'PPSE',
  [ISD_AID]: 'issuer security domain',
  [SSD_AID]: 'security domain of the token service',
  [CRS_AID]: 'contactless registry',
  [PAYMENT_PACKAGE_AID]: 'payment package',
  [PAYMENT_MODULE_AID]: 'payment module',
  [DEBIT_AID]: 'UnionPay debit',
  [CREDIT_AID]: 'UnionPay credit',
  A000000333010103: 'UnionPay quasi-credit',
  A000000333010106: 'UnionPay electronic cash',
  A000000333010108: 'UnionPay US debit',
};

/** An application by its name in hexadecimal; an instance by its kind and suffix. */
export function applicationWords(aid: string): string {
  const known = APPLICATIONS[aid];
  if (known !== undefined) return known;
  const kind = APPLICATIONS[aid.slice(0, 16)];
  return kind === undefined || aid.length <= 16 ? '' : `${kind}, instance ${aid.slice(16)}`;
}

/** @see docs/specs.md, EMV contactless sheet, section 2, and provisioning sheet, section 6 */
const STATUS_WORDS: Table = {
  '6283': 'the application is blocked',
  '6300': 'authentication failed',
  '6310': 'more data to come',
  '6320': 'some of it failed',
  '6700': 'wrong length',
  '6982': 'security status not satisfied',
  '6983': 'authentication blocked',
  '6984': 'try another interface',
  '6985': 'conditions of use not satisfied',
  '6986': 'see phone: the holder acts on the device first',
  '6987': 'secure messaging object missing',
  '6988': 'wrong MAC',
  '6A80': 'wrong data',
  '6A81': 'function not supported, or card blocked',
  '6A82': 'not found',
  '6A83': 'record not found',
  '6A84': 'no space left',
  '6A86': 'wrong P1 or P2',
  '6A88': 'referenced data not found',
  '6D00': 'instruction not supported',
  '6E00': 'class not supported',
  '9000': 'success',
};

/** A status word, four hexadecimal digits, in words. */
export function statusWords(status: string): string {
  if (!status.startsWith('63C')) return STATUS_WORDS[status] ?? '';
  const tries = Number.parseInt(status.slice(3), 16);
  return `wrong, ${tries} ${tries === 1 ? 'try' : 'tries'} left`;
}

/** The sheet names these codes together and does not say which is which. */
const CONDITIONAL = 'approved with conditions or in part';

/** @see docs/specs.md, ISO 8583 sheet, section 8 */
const RESPONSE_CODES: Table = {
  '00': 'approved',
  '01': 'refer to issuer',
  '03': 'invalid merchant',
  '04': 'capture card',
  '05': 'do not honour',
  '06': 'error',
  '07': 'special pick-up',
  '09': 'in progress',
  '10': 'partial approval',
  '12': 'invalid transaction',
  '13': 'invalid amount',
  '14': 'invalid card number',
  '15': 'no such issuer',
  '17': 'customer cancelled',
  '19': 're-enter',
  '20': 'invalid response',
  '21': 'card not initialised',
  '22': 'suspected malfunction',
  '25': 'original not found',
  '30': 'format error',
  '34': 'suspected fraud',
  '35': 'contact acquirer',
  '36': 'restricted card',
  '37': 'call security',
  '38': 'PIN tries exceeded, capture',
  '40': 'function not supported',
  '41': 'lost card',
  '42': 'no universal account',
  '43': 'stolen card',
  '45': 'fallback not allowed',
  '51': 'insufficient funds',
  '52': 'no cheque account',
  '53': 'no savings account',
  '54': 'expired card',
  '55': 'wrong PIN',
  '56': 'no card record',
  '57': 'not permitted to cardholder',
  '58': 'not permitted to terminal',
  '59': 'suspected fraud',
  '60': 'contact acquirer',
  '61': 'over the amount limit',
  '62': 'restricted card',
  '63': 'security violation',
  '64': 'original amount differs',
  '65': 'over the count limit',
  '66': "contact the acquirer's security",
  '67': 'capture card',
  '68': 'issuer timed out',
  '75': 'PIN tries exceeded',
  '77': 'sign-on needed',
  '78': 'payment stopped',
  '79': 'offline data error',
  '80': 'batch differs',
  '90': 'cut-over in progress',
  '91': 'issuer or switch inoperative',
  '92': 'institution unreachable',
  '93': 'violates the law',
  '94': 'duplicate',
  '95': 'reconciliation error',
  '96': 'system malfunction',
  '97': 'wrong terminal id',
  '98': 'no answer from the issuer',
  '99': 'PIN format error',
  A0: 'wrong MAC',
  A1: 'transfer inconsistent',
  A2: CONDITIONAL,
  A3: CONDITIONAL,
  A4: CONDITIONAL,
  A5: CONDITIONAL,
  A6: CONDITIONAL,
  A7: 'PIN keys out of step',
};

/** A response code of DE39 or tag 8A in words. */
export function responseCodeWords(code: string): string {
  return RESPONSE_CODES[code] ?? '';
}

/** Digits 1 and 2 of DE3, and tag 9C. @see docs/specs.md, ISO 8583 sheet, section 4 */
const TRANSACTION_TYPES: Table = {
  '00': 'purchase',
  '01': 'cash',
  '03': 'pre-authorisation',
  '20': 'refund or void',
  '30': 'balance inquiry',
  '31': 'balance inquiry',
  '33': 'account verification',
};

/** A transaction type, two digits, in words. */
export function transactionTypeWords(type: string): string {
  return TRANSACTION_TYPES[type] ?? '';
}

const INTERCHANGE: Table = {
  '1': 'international',
  '2': 'international, use the chip',
  '5': 'national',
  '6': 'national, use the chip',
  '7': 'private',
  '9': 'test card',
};
const AUTHORISATION: Table = {
  '0': 'authorised as usual',
  '2': 'authorised by the issuer',
  '4': 'authorised by the issuer unless agreed otherwise',
};
const SERVICES: Table = {
  '0': 'no restrictions, PIN required',
  '1': 'no restrictions',
  '2': 'goods and services only',
  '3': 'cash machines only, PIN required',
  '4': 'cash only',
  '5': 'goods and services only, PIN required',
  '6': 'no restrictions, PIN where there is a PIN pad',
  '7': 'goods and services only, PIN where there is a PIN pad',
};

/** A service code, three digits, in words; digits that mean nothing are left out. @see docs/specs.md, ISO 7813 */
export function serviceCodeWords(code: string): string {
  if (!/^\d{3}$/.test(code)) return '';
  const [interchange = '', authorisation = '', services = ''] = code;
  const words = [INTERCHANGE[interchange], AUTHORISATION[authorisation], SERVICES[services]];
  const said = words.filter((word) => word !== undefined).join(', ');
  return `service code ${code}${said === '' ? '' : `: ${said}`}`;
}
