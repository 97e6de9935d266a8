/**
 * The dictionary of data objects: what each tag is called, how its value is written, and what kind of
 * thing it says, so that an explainer can name and colour every byte.
 * @see docs/specs.md, EMV contactless sheet, sections 1 to 11, and ISO 8583 sheet, section 7
 */
import type { Tag } from '../tlv/tlv.ts';

/** How a value is written: packed decimal, alphanumeric, with special characters, binary, packed and F-filled, mixed. */
export type TagFormat = 'n' | 'an' | 'ans' | 'b' | 'cn' | 'var';

/**
 * What a value tells: the form of the message, words, who, money, what happens once, rules that decide,
 * proof, or a verdict.
 */
export type TagClass = 'form' | 'word' | 'who' | 'money' | 'once' | 'rule' | 'proof' | 'verdict';

/** One entry of the dictionary. */
export type TagEntry = {
  readonly name: string;
  readonly format: TagFormat;
  readonly class: TagClass;
};

/** Tag of: application identifier. */
export const T4F_APPLICATION_IDENTIFIER: Tag = '4F';
/** Tag of: application label. */
export const T50_APPLICATION_LABEL: Tag = '50';
/** Tag of: track 2 equivalent data. */
export const T57_TRACK_2_EQUIVALENT_DATA: Tag = '57';
/** Tag of: application primary account number. */
export const T5A_APPLICATION_PAN: Tag = '5A';
/** Tag of: cardholder name. */
export const T5F20_CARDHOLDER_NAME: Tag = '5F20';
/** Tag of: application expiration date. */
export const T5F24_APPLICATION_EXPIRATION_DATE: Tag = '5F24';
/** Tag of: issuer country code. */
export const T5F28_ISSUER_COUNTRY_CODE: Tag = '5F28';
/** Tag of: transaction currency code. */
export const T5F2A_TRANSACTION_CURRENCY_CODE: Tag = '5F2A';
/** Tag of: language preference. */
export const T5F2D_LANGUAGE_PREFERENCE: Tag = '5F2D';
/** Tag of: PAN sequence number. */
export const T5F34_PAN_SEQUENCE_NUMBER: Tag = '5F34';
/** Tag of: application template. */
export const T61_APPLICATION_TEMPLATE: Tag = '61';
/** Tag of: file control information template. */
export const T6F_FCI_TEMPLATE: Tag = '6F';
/** Tag of: record template. */
export const T70_RECORD_TEMPLATE: Tag = '70';
/** Tag of: response message template format 2. */
export const T77_RESPONSE_TEMPLATE_FORMAT_2: Tag = '77';
/** Tag of: application interchange profile. */
export const T82_APPLICATION_INTERCHANGE_PROFILE: Tag = '82';
/** Tag of: command template. */
export const T83_COMMAND_TEMPLATE: Tag = '83';
/** Tag of: dedicated file name. */
export const T84_DEDICATED_FILE_NAME: Tag = '84';
/** Tag of: application priority indicator. */
export const T87_APPLICATION_PRIORITY_INDICATOR: Tag = '87';
/** Tag of: authorisation response code. */
export const T8A_AUTHORISATION_RESPONSE_CODE: Tag = '8A';
/** Tag of: issuer authentication data. */
export const T91_ISSUER_AUTHENTICATION_DATA: Tag = '91';
/** Tag of: application file locator. */
export const T94_APPLICATION_FILE_LOCATOR: Tag = '94';
/** Tag of: terminal verification results. */
export const T95_TERMINAL_VERIFICATION_RESULTS: Tag = '95';
/** Tag of: transaction date. */
export const T9A_TRANSACTION_DATE: Tag = '9A';
/** Tag of: transaction type. */
export const T9C_TRANSACTION_TYPE: Tag = '9C';
/** Tag of: amount, authorised. */
export const T9F02_AMOUNT_AUTHORISED: Tag = '9F02';
/** Tag of: amount, other. */
export const T9F03_AMOUNT_OTHER: Tag = '9F03';
/** Tag of: application identifier, terminal. */
export const T9F06_TERMINAL_APPLICATION_IDENTIFIER: Tag = '9F06';
/** Tag of: application version number, terminal. */
export const T9F09_TERMINAL_APPLICATION_VERSION: Tag = '9F09';
/** Tag of: issuer application data. */
export const T9F10_ISSUER_APPLICATION_DATA: Tag = '9F10';
/** Tag of: token requestor id. */
export const T9F19_TOKEN_REQUESTOR_ID: Tag = '9F19';
/** Tag of: terminal country code. */
export const T9F1A_TERMINAL_COUNTRY_CODE: Tag = '9F1A';
/** Tag of: interface device serial number. */
export const T9F1E_INTERFACE_DEVICE_SERIAL_NUMBER: Tag = '9F1E';
/** Tag of: transaction time. */
export const T9F21_TRANSACTION_TIME: Tag = '9F21';
/** Tag of: payment account reference. */
export const T9F24_PAYMENT_ACCOUNT_REFERENCE: Tag = '9F24';
/** Tag of: application cryptogram. */
export const T9F26_APPLICATION_CRYPTOGRAM: Tag = '9F26';
/** Tag of: cryptogram information data. */
export const T9F27_CRYPTOGRAM_INFORMATION_DATA: Tag = '9F27';
/** Tag of: kernel identifier. */
export const T9F2A_KERNEL_IDENTIFIER: Tag = '9F2A';
/** Tag of: terminal capabilities. */
export const T9F33_TERMINAL_CAPABILITIES: Tag = '9F33';
/** Tag of: cardholder verification method results. */
export const T9F34_CVM_RESULTS: Tag = '9F34';
/** Tag of: terminal type. */
export const T9F35_TERMINAL_TYPE: Tag = '9F35';
/** Tag of: application transaction counter. */
export const T9F36_APPLICATION_TRANSACTION_COUNTER: Tag = '9F36';
/** Tag of: unpredictable number. */
export const T9F37_UNPREDICTABLE_NUMBER: Tag = '9F37';
/** Tag of: processing options data object list. */
export const T9F38_PDOL: Tag = '9F38';
/** Tag of: transaction sequence counter. */
export const T9F41_TRANSACTION_SEQUENCE_COUNTER: Tag = '9F41';
/** Tag of: log entry. */
export const T9F4D_LOG_ENTRY: Tag = '9F4D';
/** Tag of: merchant name and location. */
export const T9F4E_MERCHANT_NAME_AND_LOCATION: Tag = '9F4E';
/** Tag of: log format. */
export const T9F4F_LOG_FORMAT: Tag = '9F4F';
/** Tag of: application currency code, card. */
export const T9F51_APPLICATION_CURRENCY_CODE: Tag = '9F51';
/** Tag of: product identification. */
export const T9F63_PRODUCT_IDENTIFICATION: Tag = '9F63';
/** Tag of: terminal transaction qualifiers. */
export const T9F66_TERMINAL_TRANSACTION_QUALIFIERS: Tag = '9F66';
/** Tag of: card additional processes. */
export const T9F68_CARD_ADDITIONAL_PROCESSES: Tag = '9F68';
/** Tag of: card transaction qualifiers. */
export const T9F6C_CARD_TRANSACTION_QUALIFIERS: Tag = '9F6C';
/** Tag of: file control information proprietary template. */
export const TA5_FCI_PROPRIETARY_TEMPLATE: Tag = 'A5';
/** Tag of: file control information issuer discretionary data. */
export const TBF0C_FCI_ISSUER_DISCRETIONARY_DATA: Tag = 'BF0C';

/** Every data object that cards, terminals and messages here speak of. */
export const TAGS: Readonly<Record<Tag, TagEntry>> = {
  '4F': entry('application identifier', 'b', 'who'),
  '50': entry('application label', 'ans', 'word'),
  '57': entry('track 2 equivalent data', 'b', 'who'),
  '5A': entry('application primary account number', 'cn', 'who'),
  '5F20': entry('cardholder name', 'ans', 'who'),
  '5F24': entry('application expiration date', 'n', 'who'),
  '5F25': entry('application effective date', 'n', 'who'),
  '5F28': entry('issuer country code', 'n', 'money'),
  '5F2A': entry('transaction currency code', 'n', 'money'),
  '5F2D': entry('language preference', 'an', 'word'),
  '5F30': entry('service code', 'n', 'rule'),
  '5F34': entry('PAN sequence number', 'n', 'who'),
  '61': entry('application template', 'var', 'form'),
  '6F': entry('file control information template', 'var', 'form'),
  '70': entry('record template', 'var', 'form'),
  '71': entry('issuer script template 1', 'var', 'form'),
  '72': entry('issuer script template 2', 'var', 'form'),
  '77': entry('response message template format 2', 'var', 'form'),
  '80': entry('response message template format 1', 'var', 'form'),
  '82': entry('application interchange profile', 'b', 'rule'),
  '83': entry('command template', 'b', 'form'),
  '84': entry('dedicated file name', 'b', 'who'),
  '86': entry('issuer script command', 'b', 'proof'),
  '87': entry('application priority indicator', 'b', 'rule'),
  '8A': entry('authorisation response code', 'an', 'verdict'),
  '8C': entry('card risk management data object list 1', 'b', 'form'),
  '8D': entry('card risk management data object list 2', 'b', 'form'),
  '8E': entry('cardholder verification method list', 'b', 'rule'),
  '8F': entry('certification authority public key index', 'b', 'proof'),
  '90': entry('issuer public key certificate', 'b', 'proof'),
  '91': entry('issuer authentication data', 'b', 'proof'),
  '92': entry('issuer public key remainder', 'b', 'proof'),
  '93': entry('signed static application data', 'b', 'proof'),
  '94': entry('application file locator', 'b', 'form'),
  '95': entry('terminal verification results', 'b', 'rule'),
  '99': entry('transaction PIN data', 'b', 'proof'),
  '9A': entry('transaction date', 'n', 'once'),
  '9B': entry('transaction status information', 'b', 'rule'),
  '9C': entry('transaction type', 'n', 'rule'),
  '9F01': entry('acquirer identifier', 'n', 'who'),
  '9F02': entry('amount, authorised', 'n', 'money'),
  '9F03': entry('amount, other', 'n', 'money'),
  '9F06': entry('application identifier, terminal', 'b', 'who'),
  '9F07': entry('application usage control', 'b', 'rule'),
  '9F08': entry('application version number, card', 'b', 'rule'),
  '9F09': entry('application version number, terminal', 'b', 'rule'),
  '9F0D': entry('issuer action code, default', 'b', 'rule'),
  '9F0E': entry('issuer action code, denial', 'b', 'rule'),
  '9F0F': entry('issuer action code, online', 'b', 'rule'),
  '9F10': entry('issuer application data', 'b', 'form'),
  '9F11': entry('issuer code table index', 'n', 'word'),
  '9F12': entry('application preferred name', 'ans', 'word'),
  '9F13': entry('last online application transaction counter', 'b', 'once'),
  '9F15': entry('merchant category code', 'n', 'rule'),
  '9F16': entry('merchant identifier', 'ans', 'who'),
  '9F17': entry('PIN try counter', 'b', 'rule'),
  '9F18': entry('issuer script identifier', 'b', 'form'),
  '9F19': entry('token requestor id', 'n', 'who'),
  '9F1A': entry('terminal country code', 'n', 'money'),
  '9F1B': entry('terminal floor limit', 'b', 'money'),
  '9F1C': entry('terminal identification', 'an', 'who'),
  '9F1E': entry('interface device serial number', 'an', 'who'),
  '9F1F': entry('track 1 discretionary data', 'ans', 'who'),
  '9F21': entry('transaction time', 'n', 'once'),
  '9F24': entry('payment account reference', 'an', 'who'),
  '9F26': entry('application cryptogram', 'b', 'proof'),
  '9F27': entry('cryptogram information data', 'b', 'rule'),
  '9F29': entry('extended selection', 'b', 'form'),
  '9F2A': entry('kernel identifier', 'b', 'rule'),
  '9F32': entry('issuer public key exponent', 'b', 'proof'),
  '9F33': entry('terminal capabilities', 'b', 'rule'),
  '9F34': entry('cardholder verification method results', 'b', 'rule'),
  '9F35': entry('terminal type', 'n', 'rule'),
  '9F36': entry('application transaction counter', 'b', 'once'),
  '9F37': entry('unpredictable number', 'b', 'once'),
  '9F38': entry('processing options data object list', 'b', 'form'),
  '9F40': entry('additional terminal capabilities', 'b', 'rule'),
  '9F41': entry('transaction sequence counter', 'n', 'once'),
  '9F42': entry('application currency code', 'n', 'money'),
  '9F46': entry('card public key certificate', 'b', 'proof'),
  '9F47': entry('card public key exponent', 'b', 'proof'),
  '9F48': entry('card public key remainder', 'b', 'proof'),
  '9F49': entry('dynamic data authentication data object list', 'b', 'form'),
  '9F4A': entry('static data authentication tag list', 'b', 'form'),
  '9F4B': entry('signed dynamic application data', 'b', 'proof'),
  '9F4D': entry('log entry', 'b', 'form'),
  '9F4E': entry('merchant name and location', 'ans', 'word'),
  '9F4F': entry('log format', 'b', 'form'),
  '9F51': entry('application currency code, card', 'n', 'money'),
  '9F53': entry('consecutive offline limit, other currency', 'b', 'rule'),
  '9F54': entry('cumulative offline amount limit', 'n', 'money'),
  '9F5C': entry('cumulative offline amount upper limit', 'n', 'money'),
  '9F5D': entry('available offline amount', 'n', 'money'),
  '9F63': entry('product identification', 'b', 'form'),
  '9F66': entry('terminal transaction qualifiers', 'b', 'rule'),
  '9F68': entry('card additional processes', 'b', 'rule'),
  '9F69': entry('card authentication related data', 'b', 'proof'),
  '9F6B': entry('card verification limit', 'n', 'money'),
  '9F6C': entry('card transaction qualifiers', 'b', 'rule'),
  '9F6D': entry('purse reset threshold', 'n', 'money'),
  '9F6E': entry('form factor', 'b', 'rule'),
  '9F74': entry('purse issuer authorisation code', 'an', 'proof'),
  '9F77': entry('purse balance limit', 'n', 'money'),
  '9F78': entry('purse single transaction limit', 'n', 'money'),
  '9F79': entry('purse balance', 'n', 'money'),
  '9F7A': entry('purse indicator', 'n', 'rule'),
  A5: entry('file control information proprietary template', 'var', 'form'),
  BF0C: entry('file control information issuer discretionary data', 'var', 'form'),
  DF31: entry('issuer script results', 'b', 'verdict'),
  DF4D: entry('load log entry', 'b', 'form'),
  DF60: entry('segment fare indicator', 'b', 'rule'),
  DF61: entry('card additional function indicator', 'b', 'rule'),
  DF62: entry('segment fare deposit offset limit', 'n', 'money'),
  DF63: entry('segment fare deposit offset used', 'n', 'money'),
  DF69: entry('SM algorithm indicator', 'b', 'rule'),
  DF71: entry('second purse currency code', 'n', 'money'),
  DF72: entry('second currency card verification limit', 'n', 'money'),
};

/** Whether a tag holds a number (format n), which decides at which end a data object list cuts and fills. */
export function isNumericTag(tag: Tag): boolean {
  return TAGS[tag]?.format === 'n';
}

function entry(name: string, format: TagFormat, kind: TagClass): TagEntry {
  return { name, format, class: kind };
}
