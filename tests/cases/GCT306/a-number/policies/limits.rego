package limits

deny contains input.requests_per_minute if input.requests_per_minute > 1000
