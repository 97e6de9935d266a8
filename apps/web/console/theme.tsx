/** antd in the look of the house: its whole alias list, read from the tokens of the theme that is drawn. */
import { ConfigProvider, type ThemeConfig } from 'antd';
import enGB from 'antd/locale/en_GB';
import zhCN from 'antd/locale/zh_CN';
import { type ReactNode, useMemo, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { currentTheme } from '../kit/theme.ts';
import { styleNonce } from './style-text.ts';

/** Gives antd's parts inside it our colours, faces and sizes, in both themes. */
export function ConsoleTheme({ children }: { readonly children: ReactNode }) {
  const drawn = useDrawnTheme();
  const { i18n } = useTranslation();
  const theme = useMemo(() => themeOf(drawn), [drawn]);
  return (
    <ConfigProvider
      theme={theme}
      locale={i18n.language === 'zh-CN' ? zhCN : enGB}
      csp={{ nonce: styleNonce() }}
      wave={{ disabled: true }}
    >
      {children}
    </ConfigProvider>
  );
}

/** The theme that is drawn, and the drawing anew when it changes. */
export function useDrawnTheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, currentTheme);
}

/** The value of a custom property in the theme that is drawn, for charts and antd, which need colours as they are. */
export function tokenValue(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

function themeOf(drawn: 'light' | 'dark'): ThemeConfig {
  const ink = tokenValue('--ink');
  const ink2 = tokenValue('--ink-2');
  const ink3 = tokenValue('--ink-3');
  const leaf = tokenValue('--leaf');
  const wash = tokenValue('--wash');
  const rule = tokenValue('--rule');
  return {
    cssVar: { key: `octavo-${drawn}` },
    hashed: false,
    token: {
      ...stateColours(),
      colorPrimary: ink,
      colorPrimaryHover: ink2,
      colorPrimaryActive: ink2,
      colorPrimaryBg: wash,
      colorLink: tokenValue('--dian'),
      colorLinkHover: tokenValue('--dian'),
      colorText: ink,
      colorTextHeading: ink,
      colorTextSecondary: ink2,
      colorTextLabel: ink2,
      colorTextTertiary: ink3,
      colorTextQuaternary: ink3,
      colorTextPlaceholder: ink3,
      colorTextDescription: ink3,
      colorTextDisabled: ink3,
      colorTextLightSolid: tokenValue('--on-ink'),
      colorIcon: ink2,
      colorIconHover: ink,
      colorBgLayout: tokenValue('--paper'),
      colorBgContainer: leaf,
      colorBgElevated: leaf,
      colorBgContainerDisabled: wash,
      colorBgTextHover: wash,
      colorBgTextActive: wash,
      colorBgSpotlight: ink,
      colorFill: wash,
      colorFillAlter: wash,
      colorFillSecondary: wash,
      colorFillTertiary: wash,
      colorFillQuaternary: wash,
      colorBorder: tokenValue('--edge'),
      colorBorderSecondary: rule,
      colorSplit: rule,
      controlItemBgHover: wash,
      controlItemBgActive: wash,
      controlItemBgActiveHover: wash,
      controlOutline: 'transparent',
      borderRadius: 10,
      borderRadiusLG: 14,
      borderRadiusSM: 6,
      controlHeight: 34,
      fontSize: 14,
      fontFamily: tokenValue('--font-ui'),
      fontFamilyCode: tokenValue('--font-mono'),
      motionDurationMid: '0.24s',
      boxShadow: tokenValue('--sh2'),
      boxShadowSecondary: tokenValue('--sh2'),
      lineWidthFocus: 2,
    },
    components: {
      Table: {
        headerBg: 'transparent',
        headerColor: ink2,
        fontWeightStrong: 400,
        headerSplitColor: 'transparent',
        rowHoverBg: wash,
        cellPaddingBlock: 14,
        borderColor: rule,
      },
      Menu: { itemSelectedBg: leaf, itemSelectedColor: ink },
      Tag: { borderRadiusSM: 7 },
      Segmented: { itemColor: ink2, itemSelectedColor: ink, itemSelectedBg: leaf, trackBg: wash },
      Switch: {
        colorPrimary: tokenValue('--qing'),
        colorPrimaryHover: tokenValue('--qing'),
        colorTextQuaternary: tokenValue('--edge'),
        colorTextTertiary: tokenValue('--edge'),
      },
    },
  };
}

/** What worked, failed, waits and informs: each with its soft ground. */
function stateColours(): NonNullable<ThemeConfig['token']> {
  return {
    colorSuccess: tokenValue('--qing'),
    colorSuccessBg: tokenValue('--qing-soft'),
    colorSuccessBorder: tokenValue('--qing-soft'),
    colorError: tokenValue('--zhu'),
    colorErrorBg: tokenValue('--zhu-soft'),
    colorErrorBorder: tokenValue('--zhu-soft'),
    colorWarning: tokenValue('--amber'),
    colorWarningBg: tokenValue('--amber-soft'),
    colorWarningBorder: tokenValue('--amber-soft'),
    colorInfo: tokenValue('--dian'),
    colorInfoBg: tokenValue('--dian-soft'),
    colorInfoBorder: tokenValue('--dian-soft'),
  };
}
