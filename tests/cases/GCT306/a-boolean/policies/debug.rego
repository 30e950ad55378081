package debug

deny if input.debug
