package models

deny contains msg if {
	input.debug
	mgs := "expected debug to be off, found it on"
}
