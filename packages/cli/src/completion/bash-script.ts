/**
 * The script for bash, which needs nothing beside bash itself, of version 3.2 on. What is typed is handed over as words and never
 * evaluated; what `=` and `:` cut into words of their own is put together again.
 */
export const bashScript = `# bash completion for millrace
_millrace() {
  local IFS=$' \\t\\n' words=() last=-1 word i
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((last >= 0)) && [[ $word == [=:]* || \${words[last]} == *[=:] ]]; then
      words[last]+=$word
    else
      last=$((last + 1))
      words[last]=$word
    fi
  done
  local current=\${words[last]} directive=0 name
  # bash replaces what stands behind the last of its word breaks
  local kept=
  if [[ $COMP_WORDBREAKS == *=* && $current == *=* ]]; then kept=\${current%"\${current##*=}"}; fi
  if [[ $COMP_WORDBREAKS == *:* && $current == *:* ]]; then kept=\${current%"\${current##*:}"}; fi
  COMPREPLY=()
  while IFS=$'\\t' read -r name _; do
    if [[ $name == :* ]]; then
      directive=\${name#:}
    else
      [[ $name == "$kept"* ]] && name=\${name#"$kept"}
      COMPREPLY+=("$(printf '%q' "$name")")
    fi
  done < <(millrace complete -- "\${words[@]}" 2>/dev/null)
  # older ones have no compopt: they sort, and offer files too
  if ((directive & 4)); then compopt +o default 2>/dev/null; fi
  if ((directive & 32)); then compopt -o nosort 2>/dev/null; fi
  return 0
}
complete -o default -F _millrace millrace
`;
