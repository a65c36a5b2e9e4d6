/** The history with one more line: no doubles in a row, at most `limit`. */
export function remember(history: readonly string[], line: string, limit = 100): string[] {
  const rest = history[history.length - 1] === line ? history.slice(0, -1) : history;
  return [...rest, line].slice(-limit);
}
