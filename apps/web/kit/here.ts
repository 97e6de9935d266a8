/** Where this page is: the other sites of the same world. */
import { baseOf, originOf, type SiteName } from '../sites.ts';

/** The origin of a site of this page's world. */
export function siteOrigin(site: SiteName): string {
  return originOf(site, baseOf(location.origin));
}
