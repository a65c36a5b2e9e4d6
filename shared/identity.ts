/** IMEI (3GPP TS 23.003 §6.2.1) and IMSI (§2.2, as every operator of the document's country has them): 15 digits. */
export const identityNumber = /^\d{15}$/;
