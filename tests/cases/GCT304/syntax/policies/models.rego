package models

deny contains msg if {
	input.provider ==
	msg := "expected another provider"
}
