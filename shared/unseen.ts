/**
 * Characters nobody sees but terminals, editors and pages obey, or that hide a text in a text: C1 controls, format
 * characters (bidirectional controls, U+061C, interlinear annotation, tags), line and paragraph separators, and everything
 * that Unicode has shown as nothing (Default_Ignorable_Code_Point, UAX #44). C0 controls are not among them: they have
 * pictures of their own.
 */
export const unseen = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
