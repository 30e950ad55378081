package main

violation contains msg if {
	input.provider == "vllm"
	data.gitconfig_tool.bundle.name == "production"
	msg := "expected a hosted provider in production, found vllm"
}
