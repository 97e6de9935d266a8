import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { demoMobile, groupedMobile, isMobile, mobileDigits } from './mobile.ts';

test('a number is read three, four, four, also while it is typed', () => {
  equal(groupedMobile('13900000001'), '139 0000 0001');
  equal(groupedMobile('1390'), '139 0');
  equal(groupedMobile(''), '');
});

test('what was pasted is taken by its digits, without a country code', () => {
  equal(mobileDigits('+86 139-0000-0001'), '13900000001');
  equal(mobileDigits('008613900000001'), '13900000001');
  equal(mobileDigits('139 0000 0001 99'), '13900000001');
  equal(mobileDigits('none'), '');
});

test('a mobile number has eleven digits and begins with 1', () => {
  ok(isMobile('13900000001'));
  for (const no of ['1390000000', '23900000001', '139000000011', '1390000000x']) ok(!isMobile(no));
});

test('a demo number is a mobile number', () => {
  for (let count = 0; count < 100; count += 1) ok(isMobile(demoMobile()));
});
