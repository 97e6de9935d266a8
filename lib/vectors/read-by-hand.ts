/**
 * What published messages and answers hold, read by hand from their bytes and descriptions: their sources give the
 * bytes alone, and our decoders must not be compared with themselves.
 */

/** Data elements by number, of messages in plain ASCII. */
export const ELEMENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'moov-financial_transaction_message': {
    3: '380000',
    4: '000000000000',
    7: '0420050805',
    11: '011392',
    12: '120805',
    13: '0420',
    15: '0422',
    18: '5132',
    32: '2000001',
    37: '000000115604',
    42: '0800411        ',
    48: '511463331563',
    49: '360',
    60: '99',
  },
  'moov-iso_reversal_message': {
    2: '1111111110000000000',
    3: '180000',
    4: '000000030000',
    7: '0109080646',
    11: '100331',
    12: '001120',
    13: '0909',
    15: '0809',
    18: '9601',
    32: '',
    37: '600020000000',
    42: '00003430003948 ',
    48: '08110012000004096565733200000003000001',
    49: '360',
    // The text 003317000394809080646510000000, as the bytes that chip data are.
    55: '303033333137303030333934383039303830363436353130303030303030',
    63: '132',
    90: '020000331609080645190000000020000000000000',
  },
  'moov-network_management_message': {
    7: '0420090613',
    11: '900001',
    12: '090613',
    13: '0420',
    15: '0420',
    70: '001',
  },
};

/** A data object: its tag, and its value or the objects within. */
export type ObjectByHand = readonly [tag: string, within: string | readonly ObjectByHand[]];

/** The objects in the answers of published card traces, and the status word where the source gives it. */
export const ANSWERS: Readonly<
  Record<string, { readonly status?: string; readonly objects: readonly ObjectByHand[] }>
> = {
  'pboc-fci-debit': {
    status: '9000',
    objects: [
      [
        '6F',
        [
          ['84', 'A000000333010101'],
          [
            'A5',
            [
              ['50', '50424F43204445424954'],
              ['87', '01'],
              ['9F38', '9F66049F02069F03069F1A0295055F2A029A039C019F3704'],
              ['BF0C', [['9F4D', '0B0A']]],
            ],
          ],
        ],
      ],
    ],
  },
  'pboc-pse-fci': {
    objects: [
      [
        '6F',
        [
          ['84', '315041592E5359532E4444463031'],
          [
            'A5',
            [
              ['88', '01'],
              ['5F2D', '7A68'],
              ['9F11', '01'],
              ['BF0C', [['9F4D', '0B0A']]],
            ],
          ],
        ],
      ],
    ],
  },
  'pboc-pse-record': {
    status: '9000',
    objects: [
      [
        '70',
        [
          [
            '61',
            [
              ['4F', 'A000000333010101'],
              ['50', '50424F43204445424954'],
              ['9F12', '50424F43204445424954'],
              ['87', '01'],
            ],
          ],
        ],
      ],
    ],
  },
};

/** The parts of tag 9F10 in the published tap. */
export const ISSUER_DATA = {
  dki: '00',
  cvn: '01',
  cvr: '03A04002',
  algorithm: '01',
  data_id: '01',
  amount: '0000001000',
  mac: 'D1F61152',
};
