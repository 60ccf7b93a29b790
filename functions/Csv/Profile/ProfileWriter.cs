using Serverless.Csv.Output;

namespace Serverless.Csv.Profile;

/// <summary>Takes accepted records into a profile.</summary>
internal sealed class ProfileWriter(TableProfile profile) : ValueWriter(profile.Columns.Length)
{
    protected override void Take()
    {
        var columns = profile.Columns;
        for (var i = 0; i < columns.Length; i++)
        {
            if (IsMissing(i)) columns[i].AddMissing();
            else columns[i].Add(GetValue(i));
        }
    }
}
