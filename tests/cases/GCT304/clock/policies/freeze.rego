package freeze

deny contains msg if {
	time.weekday(time.now_ns()) == "Friday"
	msg := "expected no change on a Friday"
}
