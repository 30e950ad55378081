package ports

deny contains msg if {
	to_number(input.port) < 1024
	msg := "expected a port above 1023"
}
