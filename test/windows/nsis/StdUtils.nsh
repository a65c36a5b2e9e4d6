; Stands in for the plug-in StdUtils, as far as electron-builder's installer uses it, by what NSIS has of its own.
!include "FileFunc.nsh"

!macro StandInTestParameter OUT NAME
  ClearErrors
  ${GetOptions} $CMDLINE "--${NAME}" ${OUT}
  IfErrors +3
  StrCpy ${OUT} "true"
  Goto +2
  StrCpy ${OUT} "false"
  ClearErrors
!macroend
!define StdUtils.TestParameter "!insertmacro StandInTestParameter"

!macro StandInGetAllParameters OUT TRUNCATE
  ${GetParameters} ${OUT}
!macroend
!define StdUtils.GetAllParameters "!insertmacro StandInGetAllParameters"

!macro StandInGetParentPath OUT PATH
  ${GetParent} "${PATH}" ${OUT}
!macroend
!define StdUtils.GetParentPath "!insertmacro StandInGetParentPath"

!macro StandInExecShellAsUser OUT FILE VERB ARGUMENTS
  ExecShell "${VERB}" "${FILE}" `${ARGUMENTS}`
  StrCpy ${OUT} "ok"
!macroend
!define StdUtils.ExecShellAsUser "!insertmacro StandInExecShellAsUser"
