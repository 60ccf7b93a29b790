using System.Globalization;
using System.Text;

namespace Serverless.Benchmarks.Orders;

/// <summary>Writes a table of orders as CSV: the same bytes for the same seed, with a given share of bad records of every kind.</summary>
internal sealed class OrdersGenerator(long rows, ulong seed, double badShare)
{
    public const long FirstId = 10_000_000;

    private const int FlushAt = 1 << 20;
    private const int Days = 730;
    private static readonly DateOnly FirstDay = new(2024, 1, 1);

    private static readonly byte[][] Dates =
        [.. Enumerable.Range(0, Days + 10).Select(day => Bytes(FirstDay.AddDays(day).ToString("O", CultureInfo.InvariantCulture)))];

    private static readonly byte[][] Statuses = All("pending", "paid", "shipped", "delivered", "returned", "cancelled");
    private static readonly byte[][] Countries = All("AT", "BR", "CA", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "NL", "PL", "SE", "US");
    private static readonly byte[][] LooseCountries = All("de", " FR", "us ", " gb ");
    private static readonly byte[][] Currencies = All("EUR", "USD", "GBP", "JPY", "SEK");

    private static readonly byte[][] PlainNotes = All(
        "leave at the door", "call before delivery because the bell is broken", "second floor", "handle with care",
        "no signature needed", "deliver after six in the evening or on a Saturday morning",
        "replacement for a damaged item in an earlier order");

    private static readonly byte[][] QuotedNotes = All(
        "\"fragile, keep upright\"", "\"gift wrap, please\"", "\"the so-called \"\"express\"\" option, as agreed on the phone\"",
        "\"back entrance\nring twice, then wait\"", "\"Attn: reception\r\n3rd floor\"");

    /// <summary>Writes the header record and all rows.</summary>
    public void WriteTo(Stream stream)
    {
        var random = new SplitMix(seed);
        var bad = new BadOrders(random.Next());
        var threshold = (ulong)(badShare * ulong.MaxValue);
        var row = new RowBuffer(FlushAt + (64 << 10));

        row.Add("order_id,customer_id,order_date,shipped_at,status,country,quantity,unit_price,total,currency,gift,note\n"u8);
        for (long id = 1; id <= rows; id++)
        {
            if (random.Next() < threshold) bad.Add(row, id);
            else AddOrder(row, id, ref random);
            if (row.Length < FlushAt) continue;
            stream.Write(row.Written);
            row.Clear();
        }

        stream.Write(row.Written);
    }

    private static void AddOrder(RowBuffer row, long id, ref SplitMix random)
    {
        var day = random.Below(Days);
        var quantity = 1 + random.Below(40);
        var cents = 99 + random.Below(50_000);

        row.Number(FirstId + id).Comma().Add("CUST-"u8).Number(100_000 + random.Below(900_000)).Comma().Add(Dates[day]).Comma();
        if (random.Below(10) > 0)
        {
            row.Add(Dates[day + random.Below(10)]).Add("T"u8).TwoDigits(random.Below(24)).Add(":"u8)
                .TwoDigits(random.Below(60)).Add(":"u8).TwoDigits(random.Below(60)).Add("Z"u8);
        }

        row.Comma().Add(random.Pick(Statuses)).Comma().Add(random.Pick(random.Below(50) == 0 ? LooseCountries : Countries)).Comma()
            .Number(quantity).Comma().Cents(cents).Comma().Cents((long)quantity * cents).Comma()
            .Add(random.Pick(Currencies)).Comma().Add(random.Below(8) == 0 ? "true"u8 : "false"u8).Comma();

        switch (random.Below(10))
        {
            case < 1: break;
            case < 9: row.Add(random.Pick(PlainNotes)); break;
            default: row.Add(random.Pick(QuotedNotes)); break;
        }

        row.Add("\n"u8);
    }

    private static byte[][] All(params ReadOnlySpan<string> texts)
    {
        var all = new byte[texts.Length][];
        for (var i = 0; i < texts.Length; i++) all[i] = Bytes(texts[i]);
        return all;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
