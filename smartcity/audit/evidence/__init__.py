"""What an auditor takes away: rows, history, papers and a proof of them that anybody checks without this product."""
