"""Rules of the patient's pages: how exact a date may be, which number to call."""
