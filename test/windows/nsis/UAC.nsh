; Stands in for the plug-in UAC: whoever is there may do everything, and nothing is started anew with more rights.
!ifndef STAND_IN_UAC
!define STAND_IN_UAC
!include "LogicLib.nsh"

!macro UAC_RunElevated
  StrCpy $0 0
!macroend

!define UAC_IsAdmin `"" UAC_IsAdmin ""`
!macro _UAC_IsAdmin _a _b _t _f
  !insertmacro _== 1 1 `${_t}` `${_f}`
!macroend

!define UAC_IsInnerInstance `"" UAC_IsInnerInstance ""`
!macro _UAC_IsInnerInstance _a _b _t _f
  !insertmacro _== 1 0 `${_t}` `${_f}`
!macroend
!endif
