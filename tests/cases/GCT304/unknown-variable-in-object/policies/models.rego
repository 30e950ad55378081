package models

violation contains {"msg": msg, "pointer": "/debug"} if {
	input.debug
	text := "expected debug to be off, found it on"
}
