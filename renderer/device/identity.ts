import type { QrMatrix } from '../../shared/qrCode.ts';
import type { ModuleIdentity } from '../../shared/state.ts';

/** What OneNET knows a device by, `IMEI;IMSI`; undefined while one of them is not known. */
export function endpointOf({ imei, imsi }: ModuleIdentity): string | undefined {
  return imei === undefined || imsi === undefined ? undefined : `${imei};${imsi}`;
}

/** A number for a photo: the first four and the last four digits alone. */
export function hiddenMiddle(number: string): string {
  return number.length <= 8 ? number : `${number.slice(0, 4)}${'•'.repeat(number.length - 8)}${number.slice(-4)}`;
}

/** The dark fields of a QR symbol as the path of an SVG, one field a unit. */
export function qrPath(matrix: QrMatrix): string {
  return matrix.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
}
