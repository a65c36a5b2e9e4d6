/** IMEI (3GPP TS 23.003 §6.2.1) and IMSI (§2.2, as every operator of the document's country has them): 15 digits. */
export const identityNumber = /^\d{15}$/;
/** ICCID: ITU-T E.118 has 19 digits; cards carry 20, behind the issuer's six also letters: the filler F, China Mobile's `898602B6…`. */
export const cardNumber = /^\d{6}[0-9A-F]{13,14}$/i;
