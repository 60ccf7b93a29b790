using System.Text;

namespace Serverless.Benchmarks.Orders;

/// <summary>Records that a cleaner must reject, each for a reason of its own.</summary>
internal sealed class BadOrders(ulong seed)
{
    private static readonly byte[][] Tails =
    [
        .. new[]
        {
            // A type that does not fit.
            "CUST-238411,2024-02-30,,paid,DE,2,19.99,39.98,EUR,false,no such day\n",
            "CUST-238412,2024-03-01,,paid,FR,three,12.50,37.50,EUR,false,quantity in words\n",
            "CUST-238413,2024-03-02,,paid,US,1,\"1,250.00\",1250.00,USD,false,price with a group separator\n",
            "CUST-238414,2024-03-03,yesterday,shipped,IT,1,5.00,5.00,EUR,false,\n",
            "CUST-238415,2024-03-04,,paid,ES,1,7.25,7.25,EUR,maybe,\n",

            // A constraint that is broken.
            "CUST-238416,2024-03-05,,paid,DE,0,4.00,0.00,EUR,false,nothing ordered\n",
            "CUST-238417,2024-03-06,,unknown,NL,1,8.00,8.00,EUR,false,\n",
            "CUST-238418,2024-03-07,,paid,Sweden,1,9.00,9.00,SEK,false,\n",
            ",2024-03-08,,paid,PL,1,3.00,3.00,EUR,false,no customer\n",

            // Cells that are missing or too many.
            "CUST-238420,2024-03-09,,paid,AT\n",
            "CUST-238421,2024-03-10,,paid,GB,2,6.00,12.00,GBP,false,left over,twice\n",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private SplitMix _random = new(seed);

    public void Add(RowBuffer row, long id)
    {
        // One in a dozen is a blank line.
        var kind = _random.Below(Tails.Length + 1);
        if (kind == Tails.Length) row.Add("\n"u8);
        else row.Number(OrdersGenerator.FirstId + id).Comma().Add(Tails[kind]);
    }
}
