using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Email.Endpoints;

/// <summary>Reads how many entries a page is to have.</summary>
internal static class PageSize
{
    public static int Read(HttpRequest request, int usual, int most, Faults faults)
    {
        if (request.Query["size"] is not [{ } text]) return usual;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size >= 1 && size <= most) return size;
        faults.Add("size", string.Create(CultureInfo.InvariantCulture, $"Must be a whole number from 1 to {most}."));
        return usual;
    }
}
