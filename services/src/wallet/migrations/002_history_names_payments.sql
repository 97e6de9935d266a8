-- A line of history names its payment, so that it can be looked up, and says how it was answered.
alter table wallet.history add column retrieval_reference text; -- DE37; of a reversal, that of its payment
alter table wallet.history add column response_code text; -- DE39
