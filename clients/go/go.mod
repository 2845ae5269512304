module cryptouniverse

go 1.23

require (
)
